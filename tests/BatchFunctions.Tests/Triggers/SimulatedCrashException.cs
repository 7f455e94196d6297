namespace BatchFunctions.Tests.Triggers;

/// <summary>The process ended here.</summary>
internal sealed class SimulatedCrashException : Exception;
