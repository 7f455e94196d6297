using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

public sealed class BlobTriggerAttribute(string blobPath) : TriggerBindingAttribute
{
    public string BlobPath { get; } = blobPath;
}
