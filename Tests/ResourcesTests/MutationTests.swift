import FoundationEssentials
import FuzzSeeds
import JSON
import KubernetesModel
import Testing

@testable import Resources

/// A small generator whose runs can be repeated (Knuth's MMIX constants).
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return self.state ^ self.state >> 33
    }
}

@Suite("Mutated manifests")
struct MutationTests {
    private static let strange: [JSONValue] = [
        .null, true, 0, -1, .integer(.max), .integer(.min), .number(1e300), "", "\"", "[", "{", "::", "//",
        "a:\u{301}1",
        "\u{0}", .string(String(repeating: "x", count: 300)), [], [.null, [[:]]], [:], ["name": .null], ["": ["": ""]],
    ]

    private static let sound: [JSONValue] =
        (try? TestFiles.files(
            in: TestFiles.root.appending(path: "manifests/samples/external"),
            endingIn: ".yaml"
        ))
        .map { $0.flatMap { ManifestReading($0).objects.map(\.json) } } ?? []

    @Test(
        "nothing traps, and what passes is read the same after a way through JSON",
        arguments: fuzzSeeds(20)
    )
    func mutations(seed: UInt64) throws {
        var generator = Seeded(state: seed + 1)
        var passed = 0
        for _ in 0..<100 {
            var object = try #require(Self.sound.randomElement(using: &generator))
            for _ in 0..<Int.random(in: 1...3, using: &generator) { self.mutate(&object, &generator) }
            let old = Self.sound.randomElement(using: &generator)
            if let definition = try? KnownKinds.definition(of: object).get() {
                _ = definition.problems(in: object, old: old)
            }
            _ = (BigPeer(Object(object)), BigPeerApp(Object(object)), BigPeerReplication(Object(object)))
            guard let resource = try? ValidatedResource(validating: object) else { continue }
            passed += 1
            #expect(try ValidatedResource(validating: resource.object.json).content == resource.content)
        }
        #expect(passed < 100)
    }

    private func mutate(_ value: inout JSONValue, _ generator: inout Seeded) {
        switch value {
        case .object(var object) where !object.isEmpty && Int.random(in: 0..<8, using: &generator) > 0:
            guard var member = object.members.randomElement(using: &generator) else { return }
            self.mutate(&member.value, &generator)
            object[member.key] = member.value
            value = .object(object)
        case .array(var elements) where !elements.isEmpty && Int.random(in: 0..<4, using: &generator) > 0:
            self.mutate(&elements[Int.random(in: elements.indices, using: &generator)], &generator)
            value = .array(elements)
        default: value = Self.strange.randomElement(using: &generator) ?? .null
        }
    }
}
