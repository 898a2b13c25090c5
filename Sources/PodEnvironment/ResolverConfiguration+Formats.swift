extension ResolverConfiguration {
    /// A way of writing a configuration.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// The file itself, as a container runtime writes it.
        case file
        /// Flags of `docker run`.
        case docker
        /// Flags of `podman run`.
        case podman
        /// Keys of a service in a Compose file.
        case compose
        /// JSON with the fields of `spec.dnsConfig`.
        case json
    }

    /// The configuration as text that ends in a line feed, unless it is empty.
    public func text(_ format: Format) -> String {
        switch format {
        case .file: file
        case .docker, .podman: flags
        case .compose: compose
        case .json: json
        }
    }

    /// The file as containerd and CRI-O write it: search, name servers, options, in this order.
    private var file: String {
        var text = ""
        if !searches.isEmpty { text += "search \(searches.joined(separator: " "))\n" }
        for server in nameservers { text += "nameserver \(server)\n" }
        if !options.isEmpty { text += "options \(options.joined(separator: " "))\n" }
        return text
    }

    /// The flags that Docker and Podman share, on one line.
    ///
    /// Both would take the host's search list when none is given, hence `--dns-search .`.
    private var flags: String {
        var words: [String] = []
        for server in nameservers { words += ["--dns", server] }
        for search in searches.isEmpty ? ["."] : searches { words += ["--dns-search", search] }
        for option in options { words += ["--dns-option", option] }
        return words.map(ShellWord.quote).joined(separator: " ") + "\n"
    }

    private var compose: String {
        var text = ""
        for (key, values) in [("dns", nameservers), ("dns_search", searches), ("dns_opt", options)]
        where !values.isEmpty {
            text += "\(key):\n"
            // JSON's strings are YAML's double-quoted ones: nothing is taken for a number.
            for value in values { text += "  - \(JSONText.string(value))\n" }
        }
        return text
    }

    private var json: String {
        let list = { (values: [String]) in
            "[" + values.map(JSONText.string).joined(separator: ", ") + "]"
        }
        let options = options.map { option in
            let name = "\"name\": \(JSONText.string(String(OptionList.name(option))))"
            guard let value = OptionList.value(option) else { return "{\(name)}" }
            return "{\(name), \"value\": \(JSONText.string(String(value)))}"
        }
        return """
            {
              "nameservers": \(list(nameservers)),
              "searches": \(list(searches)),
              "options": [\(options.joined(separator: ", "))]
            }

            """
    }
}
