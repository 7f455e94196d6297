using BatchFunctions.Infra.Tests;

[assembly: AssemblyFixture(typeof(BicepFixture))]
