using BatchFunctions.Models.Examples;

namespace BatchFunctions.Cli.Output;

/// <summary>What came of a model's examples, as a script reads it.</summary>
internal sealed record ModelCheckView(string Model, bool Agrees, double Tolerance, IReadOnlyList<ExampleOutcome> Examples);
