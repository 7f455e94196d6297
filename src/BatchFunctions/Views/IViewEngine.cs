namespace BatchFunctions.Views;

/// <summary>
/// Works out views: what <c>source.latest_by</c>, <c>join</c>, <c>columns</c> and <c>sql</c> ask for. A host that has one offers it in
/// <see cref="Workflow.JobServices.Views"/>; the library itself knows no SQL.
/// </summary>
public interface IViewEngine
{
    /// <summary>Works out a view and writes its rows as one Parquet file, in their order.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="target">Where the file goes.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ViewQueryException">What is asked for does not fit the sources; the message says why.</exception>
    /// <exception cref="BatchFunctionsException">A source cannot be read, or there is not enough memory or room.</exception>
    Task<ViewOutput> WriteAsync(ViewQuery query, Stream target, CancellationToken cancellationToken);
}
