import KubernetesModel

extension LabelSelector {
    /// Reads a selector of the command line.
    ///
    /// - Parameter text: As behind `-l`.
    /// - Throws: What cannot be read, as a sentence.
    package init(argument text: String) throws(CommandFailure) {
        do throws(Malformed) {
            try self.init(text)
        } catch {
            throw CommandFailure(
                .couldNotTell,
                "the selector \"\(text.oneLine)\" has \"\(error.part.oneLine)\", and "
                    + "\(Malformed.expected) is expected"
            )
        }
    }
}
