using BatchFunctions.Storage;

namespace BatchFunctions.Tests.Triggers;

/// <summary>The stores of a process whose calls fail in an outage.</summary>
internal sealed class FaultyStores(IStoreResolver inner, Outage outage) : IStoreResolver
{
    public StoreLocation Resolve(string address, string baseFolder)
    {
        StoreLocation location = inner.Resolve(address, baseFolder);
        return location with { Store = new FaultyStore(location.Store, outage) };
    }
}
