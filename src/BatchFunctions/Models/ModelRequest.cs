using BatchFunctions.Models.Mlflow;

namespace BatchFunctions.Models;

/// <summary>What a pipeline says of its model: a reference to the registry, or to an MLflow registry.</summary>
public sealed record ModelRequest
{
    private ModelRequest(ModelReference? registered, MlflowReference? mlflow) => (Registered, Mlflow) = (registered, mlflow);

    /// <summary><c>name@version</c> or <c>name@approved</c>; null where <see cref="Mlflow"/> is meant.</summary>
    public ModelReference? Registered { get; }

    /// <summary><c>models:/name/version</c> or <c>models:/name@alias</c>; null where <see cref="Registered"/> is meant.</summary>
    public MlflowReference? Mlflow { get; }

    /// <summary>Reads one of the two.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the text is neither, or asks for whichever version is newest.</exception>
    public static ModelRequest Parse(string text) =>
        MlflowReference.IsMeant(text) ? new(null, MlflowReference.Parse(text)) : new(ModelReference.Parse(text), null);

    /// <summary>Resolves it to a version that takes new jobs.</summary>
    /// <param name="registry">The registry; a version of MLflow becomes one of it.</param>
    /// <param name="environmentVariable">Reads the variables that say where the MLflow server is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BatchFunctionsException">There is no such version, it takes no new jobs, or MLflow cannot be reached.</exception>
    public Task<ModelHistory> ResolveAsync(ModelRegistry registry, Func<string, string?> environmentVariable, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(environmentVariable);
        return Mlflow is { } mlflow
            ? new MlflowModels(MlflowSettings.Read(environmentVariable), registry).ResolveAsync(mlflow, cancellationToken)
            : registry.ResolveVersionAsync(Registered!, cancellationToken);
    }

    /// <inheritdoc/>
    public override string ToString() => Mlflow?.ToString() ?? Registered!.ToString();
}
