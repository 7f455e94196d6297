using BatchFunctions.Local.Tests;
using BatchFunctions.Local.Tests.Fakes;

// The tests start this program a second time as the process that they kill.
if (args is [ChildProcess.Command, var journalPath, var shards, var maxParallel])
    return await ChildProcess.RunAsync(journalPath, int.Parse(shards, null), int.Parse(maxParallel, null));
if (args is [ChildProcess.HoldCommand, var servedPath])
    return ChildProcess.Hold(servedPath);

return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
