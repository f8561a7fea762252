import HTTP
import JSON
import KubernetesModel
import ResourceStore

extension KubernetesClient {
    /// How many objects are asked for at once, as kubectl does.
    private static let pageSize = 500
    /// After how many pages a server that always has one more is taken for broken.
    private static let maximumPages = 10_000

    /// Reads all objects of a kind, page by page.
    ///
    /// When the pages expire before the last one is read, everything is read anew in one piece, so that what is
    /// returned was true at one moment.
    ///
    /// - Parameters:
    ///   - kind: The kind.
    ///   - namespace: The namespace; `nil` is all.
    ///   - selectors: Which of them.
    /// - Returns: The objects, and the version from which a watch misses nothing.
    /// - Throws: The server's or the connection's error.
    package func list(
        _ kind: ResourceKind,
        namespace: String?,
        _ selectors: Selectors = .everything
    ) async throws(KubernetesError) -> ObjectList {
        let path = ResourcePath(kind, namespace: namespace).with(selectors)
        let pages = path.with("limit", "\(Self.pageSize)")
        let first = try await self.page(kind, pages)
        var list = first.list
        var next = first.next
        var count = 1
        while let token = next {
            do throws(KubernetesError) {
                let page = try await self.page(kind, pages.with("continue", token))
                list.objects += page.list.objects
                next = page.next
            } catch  where error.status.reason == .expired {
                let whole = try await self.page(kind, path)
                // Nobody asked for pages; what is left out would seem to be gone.
                guard whole.next == nil else {
                    throw .unexpectedAnswer("\(self.cluster.server)\(path.text): asked for all, got a part")
                }
                return whole.list
            }
            count += 1
            guard count <= Self.maximumPages, next != token else {
                throw .unexpectedAnswer("\(self.cluster.server)\(pages.text): the list has no end")
            }
        }
        return list
    }

    private func page(
        _ kind: ResourceKind,
        _ path: ResourcePath
    ) async throws(KubernetesError) -> (list: ObjectList, next: String?) {
        let json = try await self.json(.get, path)
        let version = json["metadata"]?["resourceVersion"]?.string ?? ""
        // Whatever is no list must not pass for an empty one: everything would seem to be gone.
        guard let named = json["kind"]?.string, named == "\(kind.kind)List" || named == "List",
            let items = json["items"], items.array != nil || items.isNull, !version.isEmpty
        else {
            throw .unexpectedAnswer(
                "\(self.cluster.server)\(path.text): asked for a \(kind.kind)List, got "
                    + (json["kind"]?.string.map { "a \($0)" } ?? "something without a kind")
            )
        }
        var list = ObjectList(objects: [], resourceVersion: version)
        list.objects.reserveCapacity(items.array?.count ?? 0)
        for item in items.array ?? [] {
            var object = Object(item)
            // Elements of a list need not say what they are.
            object.apiVersion = kind.apiVersion
            object.kind = kind.kind
            guard !object.metadata.name.isEmpty else {
                throw .unexpectedAnswer("\(self.cluster.server)\(path.text): the list has an element without a name")
            }
            list.objects.append(object)
        }
        let next = json["metadata"]?["continue"]?.string ?? ""
        return (list, next.isEmpty ? nil : next)
    }
}
