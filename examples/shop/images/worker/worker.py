"""The worker of the shop: takes orders from a redis list and writes the results back.

An order moves atomically from `orders:queue` to `orders:taken:<worker>` and leaves that list in the same
transaction that writes its result. When a worker dies, another one puts its taken orders back: nothing is lost,
and an order done twice has one result.
"""

import json
import os
import pathlib
import signal
import time

from redis_client import Redis, RedisError

NAME = os.environ.get("POD_NAME", os.uname().nodename)
WORK_SECONDS = float(os.environ.get("WORK_SECONDS", "0.5"))
ALIVE = pathlib.Path("/tmp/alive")
LEASE_SECONDS = 15

stopping = False


def stop(*_):
    global stopping
    stopping = True


def main():
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"worker {NAME} is ready", flush=True)
    redis = Redis(os.environ.get("REDIS_HOST", "cache"), int(os.environ.get("REDIS_PORT", "6379")),
                  os.environ.get("REDIS_PASSWORD"), timeout=5)
    while not stopping:
        ALIVE.touch()
        try:
            redis.call("SADD", "workers", NAME)
            redis.call("SET", f"worker:{NAME}", "alive", "EX", LEASE_SECONDS)
            recover(redis)
            order = redis.call("BLMOVE", "orders:queue", taken(NAME), "RIGHT", "LEFT", 1)
            if order is not None:
                process(redis, order)
        except RedisError as e:
            print(f"redis: {e}", flush=True)
            time.sleep(1)
    print(f"worker {NAME} has finished its work", flush=True)


def recover(redis):
    """Puts back what workers without a lease (this one's former life included) had taken."""
    for worker in redis.call("SMEMBERS", "workers"):
        if worker != NAME and redis.call("EXISTS", f"worker:{worker}"):
            continue
        while redis.call("LMOVE", taken(worker), "orders:queue", "LEFT", "RIGHT"):
            print(f"took back an order of {worker}", flush=True)
        if worker != NAME:
            redis.call("SREM", "workers", worker)


def process(redis, text):
    order = json.loads(text)
    time.sleep(WORK_SECONDS)
    result = json.dumps(order | {"processed_by": NAME, "processed_at": round(time.time(), 3)})
    redis.transaction(
        ("SET", f"order:{order['id']}", result),
        ("ZADD", "orders:done", order["id"], order["id"]),
        ("LREM", taken(NAME), 1, text))
    print(f"order {order['id']}: {order['quantity']} x {order['item']}", flush=True)


def taken(worker):
    return f"orders:taken:{worker}"


if __name__ == "__main__":
    main()
