using BatchFunctions.TestSupport;
using Xunit.Sdk;
using Xunit.v3;

// The counters that a job is watched by belong to the process, so that it can run only one at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(AzuriteFixture))]
