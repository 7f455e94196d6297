using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure.Core.Serialization;
using BatchFunctions.Workflow;

namespace BatchFunctions.FunctionApp;

/// <summary>How the worker writes what travels through the task hub: as every engine does, <see cref="WorkflowJson"/>.</summary>
internal static class WorkerJson
{
    /// <summary>The serializer of everything that bindings read and write; types that are not the workflow's, as a timer's, by reflection.</summary>
    public static ObjectSerializer Serializer { get; } = new JsonObjectSerializer(new JsonSerializerOptions(WorkflowJson.Default.Options)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(WorkflowJson.Default, new DefaultJsonTypeInfoResolver()),
    });
}
