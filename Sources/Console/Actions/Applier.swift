import JSON
import KubernetesModel
import ResourceStore
import Resources

/// Brings live objects up to manifests, as `kubectl apply` does: fields that a manifest never named stay as they are.
package struct Applier: Sendable {
    /// What became of an object.
    package enum Verb: String, Sendable, Hashable {
        /// It was not there.
        case created
        /// It was different.
        case configured
        /// It was so already.
        case unchanged
    }

    /// What would be written.
    package struct Proposal: Sendable, Hashable {
        /// The object as it is; `nil` when it is not there.
        package let live: Object?
        /// The object as it would be written.
        package let merged: Object

        /// What stands against writing it: a field that cannot change; `nil` when nothing is known to.
        ///
        /// A server older than 1.25 does not know this rule of ours, and would take what no Big Peer can follow.
        package var refusal: APIStatus? {
            guard let live = self.live, let definition = try? KnownKinds.definition(of: self.merged.json).get() else {
                return nil
            }
            // What such a server has let change may be put back.
            if live.fixedFieldProblem != nil, self.merged.fixedFieldProblem == nil { return nil }
            let problems = definition.problems(in: self.merged.json, old: live.json).filter { $0.reason == .immutable }
            return problems.hasErrors ? .invalid(definition.kind, self.merged.metadata.name, problems) : nil
        }

        /// What writing it would do.
        package var verb: Verb {
            guard let live = self.live else { return .created }
            return live == self.merged ? .unchanged : .configured
        }
    }

    private let store: any ResourceStore

    /// Creates an applier.
    package init(store: any ResourceStore) {
        self.store = store
    }

    /// Sorts objects so that each comes after those it needs.
    package static func inOrder(_ resources: [ValidatedResource]) -> [ValidatedResource] {
        resources.enumerated()
            .sorted { (self.rank($0.element.kind), $0.offset) < (self.rank($1.element.kind), $1.offset) }
            .map(\.element)
    }

    private static let order: [ResourceKind] =
        [.namespace, .secret, .configMap, .bigPeer, .bigPeerApp, .bigPeerReplication, .replicationTopology]

    /// The place of a kind in that order.
    static func rank(_ kind: ResourceKind) -> Int { self.order.firstIndex(of: kind) ?? self.order.count }

    /// Reads what is there and says what would be written.
    package func proposal(_ kind: ResourceKind, _ manifest: Object) async throws(APIStatus) -> Proposal {
        let manifest = manifest.withEncodedSecretText
        do throws(APIStatus) {
            let live = try await self.store.get(kind, manifest.key)
            return Proposal(live: live, merged: ThreeWayMerge.apply(manifest, to: live))
        } catch {
            guard error.reason == .notFound else { throw error }
            return Proposal(live: nil, merged: ThreeWayMerge.creation(of: manifest))
        }
    }

    /// Brings the live object up to a manifest.
    ///
    /// - Parameters:
    ///   - kind: The manifest's kind.
    ///   - manifest: What shall be.
    /// - Returns: What became of it, and the object as it is then.
    /// - Throws: What the store says; `Conflict` only when somebody else was faster again and again.
    package func apply(_ kind: ResourceKind, _ manifest: Object) async throws(APIStatus) -> (verb: Verb, object: Object)
    {
        var attempt = 1
        while true {
            let proposal = try await self.proposal(kind, manifest)
            if let refusal = proposal.refusal { throw refusal }
            do throws(APIStatus) {
                let object =
                    switch proposal.verb {
                    case .created: try await self.store.create(kind, proposal.merged)
                    case .configured: try await self.store.update(kind, proposal.merged)
                    case .unchanged: proposal.merged
                    }
                return (proposal.verb, object)
            } catch {
                let isRace = error.reason == .conflict || error.reason == .alreadyExists
                guard isRace, attempt < ObjectEditor.attempts else { throw error }
                attempt += 1
            }
        }
    }
}
