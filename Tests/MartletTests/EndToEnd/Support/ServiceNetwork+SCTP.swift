extension ServiceNetwork {
    /// Lets a pod's kernel not answer for the program below, if it speaks SCTP itself.
    static let noAborts = """
        table inet quiet {
            chain out {
                type filter hook output priority 0;
                meta l4proto sctp @th,96,8 6 drop
            }
        }
        """

    /// Begins SCTP associations, and answers those who do, by raw sockets: so no kernel module for
    /// SCTP is needed, which many systems lack (RFC 9260 §3.3.2, §3.3.3).
    ///
    /// Arguments: `serve ADDRESS NAME` answers with a cookie that is its name, in the address's
    /// family; `ask ADDRESS COUNT` counts whose cookies come back.
    static let sctp = """
        import collections, socket, struct, sys

        INIT, INIT_ACK, COOKIE = 1, 2, 7
        address, last = sys.argv[2:]
        isIPv4 = ":" not in address
        family = socket.AF_INET if isIPv4 else socket.AF_INET6
        s = socket.socket(family, socket.SOCK_RAW, 132)
        s.settimeout(60)

        def checksum(data):
            crc = 0xffffffff
            for octet in data:
                crc ^= octet
                for _ in range(8):
                    crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
            return struct.pack("<I", crc ^ 0xffffffff)

        def send(host, source, target, tag, kind, parameters=b""):
            body = struct.pack("!IIHHI", 7, 65536, 1, 1, 1) + parameters
            chunk = struct.pack("!BBH", kind, 0, 4 + len(body)) + body
            chunk += bytes(-len(chunk) % 4)
            head = struct.pack("!HHI", source, target, tag)
            s.sendto(head + checksum(head + bytes(4) + chunk) + chunk, (host, 0))

        def receive():
            data, peer = s.recvfrom(2048)
            if isIPv4: data = data[(data[0] & 15) * 4:]
            source, target = struct.unpack("!HH", data[:4])
            return peer[0], source, target, data[12], data

        if sys.argv[1] == "serve":
            print("serving", flush=True)
            s.settimeout(None)
            name = last.encode()
            cookie = struct.pack("!HH", COOKIE, 4 + len(name)) + name
            while True:
                host, source, target, kind, data = receive()
                if kind == INIT and target == 8080:
                    send(host, target, source, struct.unpack("!I", data[16:20])[0],
                         INIT_ACK, cookie)

        counts = collections.Counter()
        for port in range(5000, 5000 + int(last)):
            send(address, port, 80, 0, INIT)
            while True:
                host, source, target, kind, data = receive()
                if (host, source, target, kind) == (address, 80, port, INIT_ACK): break
            length = struct.unpack("!H", data[34:36])[0]
            counts[data[36:32 + length].decode()] += 1
        for name, count in counts.items(): print(count, name)
        """
}
