using BatchFunctions.Cli;

using var signals = new StopSignals();
return await EntryPoint.RunAsync(args, Terminal.OfProcess(), signals.Token);
