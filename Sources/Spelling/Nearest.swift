/// Finds the word that was probably meant.
///
/// - Parameters:
///   - word: What was written.
///   - words: What could have been.
/// - Returns: The nearest of the words, or `nil` when none is near.
package func nearest(to word: String, among words: some Sequence<String>) -> String? {
    let limit = max(1, min(word.count, 32) / 3)
    guard word.utf8.count <= 64 else { return nil }
    let lowered = Array(word.lowercased().utf8)
    var best: (word: String, distance: Int)?
    for candidate in words {
        let distance = editDistance(lowered, Array(candidate.lowercased().utf8))
        if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.word
}

/// How many letters must be added, dropped, replaced or swapped with their neighbour (optimal string alignment).
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var before: [Int] = []
    var above = Array(0...right.count)
    for row in 1...left.count {
        var current = [row]
        current.reserveCapacity(right.count + 1)
        for column in 1...right.count {
            let isEqual = left[row - 1] == right[column - 1]
            var distance = min(above[column] + 1, current[column - 1] + 1, above[column - 1] + (isEqual ? 0 : 1))
            if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                distance = min(distance, before[column - 2] + 1)
            }
            current.append(distance)
        }
        before = above
        above = current
    }
    return above[right.count]
}
