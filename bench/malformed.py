#!/usr/bin/env python3
"""malformed.py PORT SECONDS: sends random, cut and damaged packets as fast as it can."""
import random
import socket
import sys
import time

sys.dont_write_bytecode = True

import measure


def packet(good):
    draw = random.randrange(4)
    if draw == 0:
        return random.randbytes(random.randrange(0, 600))
    damaged = bytearray(good[random.randrange(len(good))])
    if draw == 1:
        return bytes(damaged[:random.randrange(len(damaged))])
    if draw == 2:
        for _ in range(random.randrange(1, 8)):
            damaged[random.randrange(2, len(damaged))] = random.randrange(256)
        return bytes(damaged)
    # Compression pointers everywhere, and counts that promise more than there is.
    return bytes(damaged[:4]) + random.randbytes(8) + b"\xc0\x0c" * random.randrange(100)


def main():
    end = time.monotonic() + float(sys.argv[2])
    good = [measure.query("svc%d.ns%d.svc.cluster.local" % (n, n)) for n in range(100)]
    packets = [packet(good) for _ in range(20_000)]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect(("127.0.0.1", int(sys.argv[1])))
    sock.setblocking(False)
    sent = 0
    while time.monotonic() < end:
        for _ in range(100):
            try:
                sock.send(packets[sent % len(packets)])
                sent += 1
            except OSError:
                pass
        # What came back is of no interest, and its queue stays as full as it is.
    print('{"sent": %d}' % sent)


main()
