using BatchFunctions.Infra.Tests;

[assembly: AssemblyFixture(typeof(BicepFixture))]
[assembly: AssemblyFixture(typeof(ContainerFiles))]
