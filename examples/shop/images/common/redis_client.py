"""A redis client in one page: RESP2 over one connection, opened on demand and again after an error."""

import socket


class RedisError(Exception):
    """Redis cannot be reached, or it refused the command."""


class Redis:
    def __init__(self, host, port=6379, password=None, timeout=2.0):
        self.address, self.password, self.timeout = (host, port), password, timeout
        self.file = None

    def call(self, *command):
        """One command, one answer: str, int, list or None. A command is never repeated; the next one reconnects."""
        try:
            if self.file is None:
                self._connect()
            return self._exchange(command)
        except (OSError, ValueError) as e:
            self.close()
            raise RedisError(f"{self.address[0]}: {e}") from e

    def transaction(self, *commands):
        """All commands or none."""
        try:
            self.call("MULTI")
            for command in commands:
                self.call(*command)
            return self.call("EXEC")
        except RedisError:
            self.close()
            raise

    def close(self):
        if self.file is not None:
            self.file.close()
            self.file = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _connect(self):
        with socket.create_connection(self.address, self.timeout) as connection:
            self.file = connection.makefile("rwb")
        if self.password:
            try:
                self._exchange(("AUTH", self.password))
            except RedisError:
                self.close()
                raise

    def _exchange(self, command):
        parts = [str(part).encode() for part in command]
        self.file.write(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
        self.file.flush()
        return self._answer()

    def _answer(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise OSError("connection closed")
        kind, rest = line[:1], line[1:-2].decode()
        if kind == b"+":
            return rest
        if kind == b"-":
            raise RedisError(rest)
        if kind == b":":
            return int(rest)
        size = int(rest)
        if size < 0:
            return None
        if kind == b"$":
            return self.file.read(size + 2)[:-2].decode()
        return [self._answer() for _ in range(size)]
