using BatchFunctions.Benchmarks;

return await EntryPoint.RunAsync(args);
