"""The M/M/1 queue of mm1.ts in SimPy: the same customers, the same checksum."""

import json
import sys
import time

import simpy

task = json.load(sys.stdin)
gaps, services = task["gaps"], task["services"]
env = simpy.Environment()
server = simpy.Resource(env, capacity=1)
served = 0
spent = 0


def customer(service):
    global served, spent
    arrived = env.now
    with server.request() as request:
        yield request
        yield env.timeout(service)
    served += 1
    spent += env.now - arrived


def arrivals():
    for gap, service in zip(gaps, services):
        yield env.timeout(gap)
        env.process(customer(service))


start = time.process_time()
env.process(arrivals())
env.run()
cpu_ms = 1000 * (time.process_time() - start)
checksum = int(spent / 2**20 + 0.5)
print(json.dumps({"events": served, "checksum": checksum, "cpuMs": cpu_ms, "version": simpy.__version__}))
