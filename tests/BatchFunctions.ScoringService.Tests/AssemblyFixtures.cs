using BatchFunctions.TestSupport;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
