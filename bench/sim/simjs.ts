// simjs 2.0.3 is a browser bundle: it hands out its classes through `window` only, and has no types.

export interface SimjsRequest {
  done(callback: (argument: never) => void, context?: object, argument?: unknown): SimjsRequest;
}

export interface SimjsEntity {
  time(): number;
  setTimer(delay: number): SimjsRequest;
  useFacility(facility: object, duration: number): SimjsRequest;
}

export interface Simjs {
  readonly Sim: new () => {
    addEntity<E>(kind: new (...args: never[]) => E, name: string, ...args: unknown[]): E;
    simulate(endTime: number, maxEvents?: number): boolean;
  };
  readonly Entity: new (sim: object, name: string) => SimjsEntity;
  readonly Facility: (new (name: string, discipline: number, servers: number) => object) & { readonly FCFS: number };
}

export async function loadSimjs(): Promise<Simjs> {
  const scope = globalThis as { window?: { Sim: Simjs } };
  scope.window = {} as { Sim: Simjs };
  // @ts-expect-error It has no types.
  await import("simjs");
  const simjs = scope.window.Sim;
  delete scope.window;
  return simjs;
}
