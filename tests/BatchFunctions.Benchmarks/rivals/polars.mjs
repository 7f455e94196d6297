// The strongest rival that we know: polars reads, scales and writes, ONNX Runtime scores, both native code.
// Scores once for each line "go" on stdin, and answers with one line of JSON; "end" ends it.
//   node polars.mjs SETUP.json
// SETUP: { format, input: [files], output, model, threads, batch, id, features: [{ name, tensor, mean, std, categories, missing }], oneInput }
import { createRequire } from 'node:module';
import fs from 'node:fs';
import readline from 'node:readline';

const require = createRequire(import.meta.url);
const pl = require('nodejs-polars');
const ort = require('onnxruntime-node');
const setup = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

// Words become their position in polars itself, and never a string of JavaScript's.
const codeOf = (words) => words.map((_, i) => i);
const expressions = setup.features.map(({ name, tensor, mean, std, categories, missing }) => {
  let column = pl.col(name);
  if (categories) return column.replaceStrict(categories, codeOf(categories), -1, tensor === 'string' ? pl.Int32 : pl.Float32).alias(name);
  if (tensor === 'int64') return column.cast(pl.Int64);
  if (missing !== undefined || !setup.oneInput) column = column.fillNull(missing ?? NaN);
  column = column.cast(pl.Float32);
  if (std) column = column.minus(mean).div(std).cast(pl.Float32);
  return column.alias(name);
});

async function read(path) {
  if (setup.format === 'csv') return pl.readCSV(path).select(pl.col(setup.id), ...expressions);
  return await pl.scanParquet(path).select(pl.col(setup.id), ...expressions).collect();
}

async function scoreAsOneTable(session, df, columns, score) {
  const width = columns.length, rows = df.height;
  const x = new Float32Array(setup.batch * width);
  for (let o = 0; o < rows; o += setup.batch) {
    const m = Math.min(setup.batch, rows - o);
    for (let c = 0; c < width; c++) for (let i = 0, j = c; i < m; i++, j += width) x[j] = columns[c][o + i];
    const feed = new ort.Tensor('float32', m === setup.batch ? x : x.subarray(0, m * width), [m, width]);
    const out = await session.run({ [session.inputNames[0]]: feed }, [setup.score]);
    score.set(out[setup.score].data, o);
  }
}

async function scoreColumnByColumn(session, df, columns, score) {
  const rows = df.height;
  const words = setup.features.map(() => new Array(setup.batch));
  for (let o = 0; o < rows; o += setup.batch) {
    const m = Math.min(setup.batch, rows - o);
    const feeds = {};
    setup.features.forEach(({ name, tensor, categories }, c) => {
      let values = columns[c].subarray(o, o + m);
      if (tensor === 'string') {
        const row = words[c], codes = values;
        row.length = m;
        for (let i = 0; i < m; i++) row[i] = categories[codes[i]] ?? '';
        values = row;
      }
      feeds[name] = new ort.Tensor(tensor, values, [m, 1]);
    });
    const out = (await session.run(feeds, [setup.score]))[setup.score];
    const width = out.dims.length > 1 ? out.dims[1] : 1;
    for (let i = 0; i < m; i++) score[o + i] = out.data[i * width + width - 1];
  }
}

async function run() {
  const start = performance.now();
  const session = await ort.InferenceSession.create(setup.model, { intraOpNumThreads: setup.threads, interOpNumThreads: 1 });
  let rows = 0;
  for (const [i, path] of setup.input.entries()) {
    const df = await read(path);
    const columns = setup.features.map(({ name }) => df.getColumn(name).toTypedArray());
    const score = new Float32Array(df.height);
    await (setup.oneInput ? scoreAsOneTable : scoreColumnByColumn)(session, df, columns, score);
    pl.DataFrame([df.getColumn(setup.id), pl.Series('score', score, pl.Float32)])
      .withColumn(pl.col('score').gt(0.5).cast(pl.Int32).alias('prediction'))
      .writeParquet(`${setup.output}/part-${i}.parquet`, { compression: 'snappy' });
    rows += df.height;
  }
  return { seconds: (performance.now() - start) / 1000, rows };
}

console.log('{"ready":true}');
for await (const line of readline.createInterface({ input: process.stdin })) {
  if (line === 'end') break;
  console.log(JSON.stringify(await run()));
}
const peak = Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;
console.log(JSON.stringify({ peakMib: Math.round(peak) }));
process.exit(0);
