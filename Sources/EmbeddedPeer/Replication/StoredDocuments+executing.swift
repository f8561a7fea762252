import DQL
import DocumentStore
import Documents

extension StoredDocuments {
    /// As many bytes of rows may go into one answer; who wants more asks in parts.
    static let maximumAnswer = 64 << 20

    /// As many warnings about its condition are told of one statement.
    private static let maximumWarnings = 8

    func execute(_ text: String, arguments: DQLArguments) async throws(StatementError) -> StatementAnswer {
        do throws(StatementError) {
            let answer = try await self.execute(text, arguments: arguments, maximumAnswer: Self.maximumAnswer)
            // A statement that changes nothing says nothing of a disk that is full.
            if !answer.mutated.isEmpty { self.noteFailure(nil) }
            return answer
        } catch {
            if case .failed(let message) = error { self.noteFailure(message) }
            throw error
        }
    }

    /// Executes a statement whose answer has at most so many bytes of rows, or of ids.
    func execute(
        _ text: String,
        arguments: DQLArguments,
        maximumAnswer: Int
    ) async throws(StatementError) -> StatementAnswer {
        do {
            let statement = try DQLStatement(parsing: text)
            var answer = StatementAnswer(queryType: statement.kind, transaction: 0)
            answer.warnings = DQLLint.findings(in: statement).prefix(Self.maximumWarnings).map {
                "\($0.place): the condition \($0.sentence)"
            }
            var bytes = 0
            var unlisted = 0
            answer.transaction = try await self.store.execute(statement, arguments: arguments) { part in
                switch part {
                case .rows(let rows):
                    bytes += rows.reduce(0) { $0 + $1.count }
                    guard bytes <= maximumAnswer else {
                        throw StatementError.refused(
                            "the result has more than \(maximumAnswer) bytes; add a LIMIT",
                            line: nil,
                            column: nil
                        )
                    }
                    answer.items += rows
                case .changed(let ids):
                    // What is done is done: the statement goes on, only the list ends.
                    let room = Self.fitting(ids, maximumAnswer - bytes, isOpen: unlisted == 0)
                    bytes += ids.prefix(room).reduce(0) { $0 + $1.bytes.count + 1 }
                    answer.mutated += ids.prefix(room).map(\.bytes)
                    unlisted += ids.count - room
                }
            }
            if unlisted > 0 {
                answer.warnings.append(
                    "\(unlisted) more documents were changed; mutatedDocumentIds lists the first \(answer.mutated.count)"
                )
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

    /// How many of some ids, from the first, go into a number of bytes; none once one has been left out.
    private static func fitting(_ ids: [DocumentID], _ bytes: Int, isOpen: Bool) -> Int {
        guard isOpen else { return 0 }
        var left = bytes
        return ids.firstIndex { id in
            left -= id.bytes.count + 1
            return left < 0
        } ?? ids.count
    }
}
