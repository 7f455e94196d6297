namespace BatchFunctions.Api.Documents;

/// <summary>How the host is.</summary>
/// <param name="Status"><c>ok</c>, or <c>degraded</c> where something does not work that is tried again; jobs run all the same.</param>
/// <param name="Engine">The engine's name: <c>embedded</c> or <c>durable</c>.</param>
/// <param name="Version">The software's version.</param>
/// <param name="Troubles">What does not work: <c>schedules</c>, <c>arrivals</c>; empty where all is well. The log says why.</param>
public sealed record ApiHealth(string Status, string Engine, string Version, IReadOnlyList<string> Troubles);
