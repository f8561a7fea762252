import DQL
import DocumentStore
import Documents
import JSON

extension StoredDocuments {
    /// As many bytes of rows may go into one answer; who wants more asks in parts.
    private static let maximumAnswer = 64 << 20

    func execute(_ text: String, arguments: JSONObject) async throws(StatementError) -> StatementAnswer {
        do {
            let statement = try DQLStatement(parsing: text)
            var answer = StatementAnswer(queryType: statement.kind, transaction: 0)
            var bytes = 0
            answer.transaction = try await self.store.execute(statement, arguments: arguments) { part in
                switch part {
                case .rows(let rows):
                    bytes += rows.reduce(0) { $0 + $1.count }
                    guard bytes <= Self.maximumAnswer else {
                        throw StatementError.refused(
                            "the result has more than \(Self.maximumAnswer) bytes; add a LIMIT",
                            line: nil,
                            column: nil
                        )
                    }
                    answer.items += rows
                case .changed(let ids): answer.mutated += ids.map(\.bytes)
                }
            }
            return answer
        } catch let error as StatementError {
            throw error
        } catch let error as DQLError {
            throw .refused(error.sentence, line: error.place.line, column: error.place.column)
        } catch let error as DocumentError {
            throw .refused(error.description, line: nil, column: nil)
        } catch let error as StoreError {
            switch error {
            case .conflict, .badDocument, .badCollectionName, .tooManyCollections:
                throw .refused(error.description, line: nil, column: nil)
            case .foreign, .newer, .damaged, .failed, .closed, .exhausted: throw .failed(error.description)
            }
        } catch {
            throw .failed("\(error)")
        }
    }
}
