import JSON
import KubernetesModel

/// The OpenAPI v2 description, in the only form in which kubectl up to 1.28 asks for it: protobuf.
///
/// It says no more than that kubectl looks for before it creates or applies: that the server validates fields itself.
/// Field numbers are those of https://github.com/google/gnostic/blob/main/openapiv2/OpenAPIv2.proto.
struct OpenAPIV2Document {
    /// The media type of the answer, which Go can parse, as opposed to the one that it asks for.
    static let answerType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
    /// The media type that kubectl asks for.
    static let mediaType = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"

    let kinds: [ServedKind]

    /// The description as protobuf.
    var bytes: [UInt8] {
        var info = ProtobufWriter()
        info.append(1, "Peerage")
        info.append(2, "unversioned")
        var paths = ProtobufWriter()
        for kind in self.kinds.map(\.kind) {
            var path = ProtobufWriter()
            path.append(1, OpenAPIDocument.path(of: kind))
            path.append(2, Self.item(kind))
            paths.append(2, path)
        }
        var document = ProtobufWriter()
        document.append(1, "2.0")
        document.append(2, info)
        document.append(8, paths)
        return document.bytes
    }

    private static func item(_ kind: ResourceKind) -> ProtobufWriter {
        var value = ProtobufWriter()
        value.append(2, OpenAPIDocument.groupVersionKind(kind).text)
        var extensionOfKind = ProtobufWriter()
        extensionOfKind.append(1, "x-kubernetes-group-version-kind")
        extensionOfKind.append(2, value)
        var operation = ProtobufWriter()
        for name in OpenAPIDocument.writeParameters { operation.append(8, Self.parameter(name)) }
        operation.append(13, extensionOfKind)
        var item = ProtobufWriter()
        item.append(8, operation)
        return item
    }

    private static func parameter(_ name: String) -> ProtobufWriter {
        var query = ProtobufWriter()
        query.append(2, "query")
        query.append(4, name)
        query.append(6, "string")
        var nonBody = ProtobufWriter()
        nonBody.append(3, query)
        var parameter = ProtobufWriter()
        parameter.append(2, nonBody)
        var item = ProtobufWriter()
        item.append(1, parameter)
        return item
    }
}
