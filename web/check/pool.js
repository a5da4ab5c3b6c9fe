// Workers that review files side by side: a worker that crashes, or exceeds a limit of the handler, is replaced.

/** A worker that used more memory than this is replaced, because a module's memory never shrinks. */
const RETIRE = 96 << 20;
/** Seconds that a worker may take to be ready, and that identification may take. */
const READY = 60;
/** A file of at most this size is read as a whole, while those before it are reviewed. */
const WHOLE = 4 << 20;
/** Files that are read before their turn. */
const AHEAD = 8;

const policy = globalThis.trustedTypes?.createPolicy("worker", {
  createScriptURL: (url) => {
    if (url !== "worker.js") throw new TypeError(url);
    return url;
  },
});

/** Reviews files with `lanes` workers. `registry` resolves to what the module says of its handlers. */
export class Pool {
  #module;
  #queue = [];
  #lanes = [];
  registry;

  constructor(module, lanes) {
    this.#module = module;
    this.registry = new Promise((resolve, reject) => {
      this.#lanes = Array.from({ length: lanes }, () => new Lane(this, resolve, reject));
    });
  }

  get module() {
    return this.#module;
  }

  /** Reviews a file; resolves to `{ document, next, pictures, preview }`, the document as bytes. */
  review(key, file, started) {
    return new Promise((resolve, reject) => {
      this.#queue.push({ key: key.toWellFormed?.() ?? key, file, started, resolve, reject });
      this.#lanes.forEach((lane) => lane.wake());
    });
  }

  /** The file that waits longest; the small ones of those after it are read in the meantime. */
  next() {
    this.#queue.slice(0, 1 + AHEAD).forEach(read);
    return this.#queue.shift();
  }

  /** Forgets the files that wait, and ends the reviews that run; all of them are rejected. */
  stop() {
    const waiting = this.#queue.splice(0);
    waiting.forEach((job) => job.reject(new Error("stopped")));
    this.#lanes.forEach((lane) => lane.stop());
  }
}

/** Begins to read a small file. A worker reads it again if this fails, and says why it cannot be read. */
function read(job) {
  if (job.file.size <= WHOLE) job.bytes ??= job.file.arrayBuffer().catch(() => null);
}

/** One worker after another, with at most one file at a time. */
class Lane {
  #pool;
  #tell;
  #fail;
  #worker;
  #ready = false;
  #limits;
  #job;
  #clock;
  #reviewing;
  #moved = 0;
  #begun = 0;

  constructor(pool, tell, fail) {
    this.#pool = pool;
    this.#tell = tell;
    this.#fail = fail;
    this.#start();
  }

  #start() {
    this.#ready = false;
    const worker = new Worker(policy ? policy.createScriptURL("worker.js") : "worker.js");
    this.#worker = worker;
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#ended({ kind: "crash", message: `its worker ended with: ${event.message || "no message"}` });
    };
    worker.postMessage({ module: this.#pool.module });
  }

  wake() {
    if (!this.#ready || this.#job) return;
    this.#job = this.#pool.next();
    if (!this.#job) return;
    this.#job.started();
    this.#send();
  }

  async #send() {
    const [job, worker] = [this.#job, this.#worker];
    const { key, file, death } = job;
    const bytes = await job.bytes;
    // It may have been stopped, or its worker replaced, in the meantime.
    if (this.#job !== job || this.#worker !== worker) return;
    job.bytes = null;
    this.#begun = this.#moved = performance.now();
    this.#reviewing = undefined;
    this.#clock ??= setInterval(() => this.#look(), 500);
    worker.postMessage({ key, file, death, bytes }, bytes ? [bytes] : []);
  }

  /** Ends a review that exceeds a limit on time. */
  #look() {
    const now = performance.now();
    const limits = this.#limits?.[this.#reviewing]?.limits;
    const stall = limits?.stall_seconds ?? READY;
    if (limits && now - this.#begun > limits.cpu_seconds * 1000) this.#ended({ kind: "time" });
    else if (now - this.#moved > stall * 1000) this.#ended({ kind: "stall" });
  }

  #receive(data) {
    this.#moved = performance.now();
    if (data.registry) {
      const registry = JSON.parse(data.registry);
      this.#limits = registry.handlers;
      this.#tell(registry);
      this.#ready = true;
      if (this.#job) this.#send();
      else this.wake();
    } else if (data.reviewing) {
      this.#reviewing = data.reviewing;
      this.#begun = this.#moved;
    } else if (data.death) {
      this.#ended(data.death);
    } else if (data.document) {
      const job = this.#finish();
      job.resolve(data);
      if (data.memory > RETIRE) this.#replace();
      else this.wake();
    }
  }

  #finish() {
    clearInterval(this.#clock);
    this.#clock = undefined;
    const job = this.#job;
    this.#job = undefined;
    return job;
  }

  #replace() {
    this.#worker.onmessage = this.#worker.onerror = null;
    this.#worker.terminate();
    this.#start();
  }

  /** The worker gave no answer. Another one writes the document that says so. */
  #ended(death) {
    clearInterval(this.#clock);
    this.#clock = undefined;
    if (!this.#job) {
      // It never became ready: the browser cannot run the module.
      this.#worker.terminate();
      this.#fail(new Error(death.message ?? death.kind));
      return;
    }
    if (this.#job.death) {
      this.#finish().reject(new Error(death.message ?? death.kind));
    } else {
      this.#job.death = death;
    }
    this.#replace();
  }

  stop() {
    if (!this.#job) return;
    this.#finish().reject(new Error("stopped"));
    this.#replace();
  }
}
