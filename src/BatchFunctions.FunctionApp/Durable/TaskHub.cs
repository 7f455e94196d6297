using Microsoft.DurableTask.Client;

namespace BatchFunctions.FunctionApp.Durable;

/// <summary>
/// The way to the task hub. The SDK hands a client to functions only, and another one when the host has moved, so each function that
/// needs one leaves it here for the engine, which lives as long as the process.
/// </summary>
public sealed class TaskHub
{
    private volatile DurableTaskClient? _client;

    /// <summary>The client that a function was given last.</summary>
    /// <exception cref="InvalidOperationException">No function has left one.</exception>
    public DurableTaskClient Client
    {
        get => _client ?? throw new InvalidOperationException("No function has been given a client of the task hub yet.");
        set => _client = value;
    }
}
