import Clocks
import JSON
import KubernetesModel
import YAML

/// A complete answer as it goes over the wire.
struct Representation: Sendable, Hashable {
    let code: Int
    let contentType: String
    let body: [UInt8]
    var warnings: [String] = []
}

/// Puts answers into the representation that a client takes.
struct Representer: Sendable {
    let media: AcceptedMedia
    let includedObject: Table.IncludedObject
    let now: Timestamp

    /// Reads what a request asks for.
    init(_ request: APIRequest, now: Timestamp) {
        self.media = request.accept
        self.includedObject = request.target["includeObject"].flatMap(Table.IncludedObject.init) ?? .metadata
        self.now = now
    }

    /// The representation of an answer; `nil` for a watch, which has no end.
    func representation(of answer: Answer) -> Representation? {
        switch answer {
        case .watch: nil
        case .text(let text, let code):
            Representation(code: code, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
        case .bytes(let bytes, let contentType): Representation(code: 200, contentType: contentType, body: bytes)
        case .document(let json, let code): self.write(json, code: code)
        case .object(let kind, let object, let code, let warnings):
            self.write(self.json(of: object, kind), code: code, warnings: warnings)
        case .list(let kind, let page): self.write(self.json(of: page, kind), code: 200)
        }
    }

    private func json(of object: Object, _ kind: ServedKind) -> JSONValue {
        switch self.media.form {
        case .whole, .aggregatedDiscovery: return kind.shown(object).json
        case .metadata: return object.partialMetadata
        case .table:
            let metadata: JSONValue = ["resourceVersion": .string(object.metadata.resourceVersion)]
            return self.table(kind).json(of: [object], metadata: metadata)
        }
    }

    private func json(of page: ObjectPage, _ kind: ServedKind) -> JSONValue {
        var metadata: JSONObject = ["resourceVersion": .string(page.resourceVersion)]
        metadata["continue"] = page.next.map { .string($0.text) }
        metadata["remainingItemCount"] = page.remaining.map { .integer(Int64($0)) }
        switch self.media.form {
        case .table: return self.table(kind).json(of: page.objects, metadata: .object(metadata))
        case .whole, .aggregatedDiscovery:
            return [
                "apiVersion": .string(kind.kind.apiVersion), "kind": .string("\(kind.kind.kind)List"),
                "metadata": .object(metadata), "items": .array(page.objects.map { kind.shown($0).json }),
            ]
        case .metadata:
            return [
                "apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadataList",
                "metadata": .object(metadata), "items": .array(page.objects.map(\.partialMetadata)),
            ]
        }
    }

    private func table(_ kind: ServedKind) -> Table {
        Table(columns: kind.columns, includedObject: self.includedObject, now: self.now)
    }

    private func write(_ json: JSONValue, code: Int, warnings: [String] = []) -> Representation {
        switch self.media.syntax {
        case .json, .openAPIProtobuf:
            let body = json.bytes + [UInt8(ascii: "\n")]
            return Representation(code: code, contentType: "application/json", body: body, warnings: warnings)
        case .yaml:
            let body = Array(YAML.text(of: [json], firstKeys: YAMLEmitter.resourceKeys).utf8)
            return Representation(code: code, contentType: "application/yaml", body: body, warnings: warnings)
        }
    }
}
