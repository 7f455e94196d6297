using System.Reflection;
using System.Text.RegularExpressions;
using BatchFunctions.Api;
using BatchFunctions.FunctionApp.Durable;
using BatchFunctions.Workflow;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace BatchFunctions.FunctionApp.Tests;

public sealed partial class FunctionTests
{
    [Fact]
    public void Every_name_is_a_functions_once()
    {
        var names = Functions.All.Select(Functions.NameOf).ToArray();

        Assert.Equal(names.Distinct(StringComparer.OrdinalIgnoreCase), names);
    }

    [Theory]
    [MemberData(nameof(Activities))]
    public void Every_activity_has_a_function_of_its_name_and_types(string name, Type input, Type output)
    {
        var function = Functions.Called(name);

        Assert.Equal(input, Functions.Trigger<ActivityTriggerAttribute>(function)!.Value.Parameter.ParameterType);
        Assert.Equal(typeof(Task<>).MakeGenericType(output), function.ReturnType);
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_workflow_has_a_function_of_its_name_and_types(string name, Type input, Type output)
    {
        var function = Functions.Called(name);

        Assert.Equal(
            typeof(TaskOrchestrationContext), Functions.Trigger<OrchestrationTriggerAttribute>(function)!.Value.Parameter.ParameterType);
        Assert.Equal([typeof(TaskOrchestrationContext), input], function.GetParameters().Select(parameter => parameter.ParameterType));
        Assert.Equal(typeof(Task<>).MakeGenericType(output), function.ReturnType);
    }

    [Fact]
    public void There_is_no_function_for_an_activity_or_a_workflow_that_nobody_calls()
    {
        var activities = Functions.All.Where(function => Functions.Trigger<ActivityTriggerAttribute>(function) is not null);
        var workflows = Functions.All.Where(function => Functions.Trigger<OrchestrationTriggerAttribute>(function) is not null);

        Assert.Equal(Activities().Select(row => row.Data.Item1).Order(), activities.Select(Functions.NameOf).Order());
        Assert.Equal(Workflows().Select(row => row.Data.Item1).Order(), workflows.Select(Functions.NameOf).Order());
    }

    [Fact]
    public void Every_operation_of_the_API_has_a_function_and_no_other_is_open()
    {
        using var app = new AppUnderTest();
        using var host = WebApplication.CreateSlimBuilder().Build();
        host.MapJobApi(app.Services.GetRequiredService<JobApi>());
        var operations = ((IEndpointRouteBuilder)host).DataSources
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods
                .Select(method => $"{method} /{endpoint.RoutePattern.RawText!.TrimStart('/')}") ?? [])
            .Order();

        var functions = HttpFunctions()
            .SelectMany(trigger => trigger.Methods!.Select(method => $"{method.ToUpperInvariant()} /api/{trigger.Route}"))
            .Order();

        Assert.Equal(operations, functions);
    }

    [Fact]
    public void A_key_is_asked_for_wherever_the_API_asks_for_one()
    {
        foreach (var trigger in HttpFunctions())
        {
            var isOpen = JobApiRoutes.Anonymous.Contains($"/api/{trigger.Route}");

            Assert.Equal(isOpen ? AuthorizationLevel.Anonymous : AuthorizationLevel.Function, trigger.AuthLevel);
        }
    }

    [Fact]
    public void Every_function_that_starts_or_watches_jobs_takes_the_client_of_the_hub()
    {
        string[] without = ["ListPipelines", "ListModels", "GetOpenApi"];
        var owners = Functions.All.Where(function =>
            function.DeclaringType!.GetConstructors().Any(made => made.GetParameters().Any(parameter => parameter.ParameterType == typeof(TaskHub))));

        foreach (var function in owners.Where(function => !without.Contains(Functions.NameOf(function))))
        {
            var client = Assert.Single(function.GetParameters(), parameter => parameter.ParameterType == typeof(DurableTaskClient));
            Assert.NotNull(client.GetCustomAttribute<DurableClientAttribute>());
        }
    }

    [Fact]
    public void Every_class_of_functions_can_be_made()
    {
        using var app = new AppUnderTest();

        foreach (var type in Functions.All.Select(function => function.DeclaringType!).Where(type => !type.IsAbstract).Distinct())
            Assert.NotNull(ActivatorUtilities.CreateInstance(app.Services, type));
    }

    [Fact]
    public void Every_setting_that_a_trigger_names_is_in_the_sample()
    {
        var expressions = Functions.All
            .SelectMany(function => function.GetParameters())
            .SelectMany(parameter => parameter.GetCustomAttributesData())
            .SelectMany(data => data.ConstructorArguments.Select(argument => argument.Value).Concat(data.NamedArguments.Select(argument => argument.TypedValue.Value)))
            .OfType<string>()
            .SelectMany(text => Setting().Matches(text).Select(match => match.Groups[1].Value))
            .ToArray();
        var sample = HostFiles.SampleSettings();

        Assert.NotEmpty(expressions);
        Assert.All(expressions, name => Assert.Contains(name, sample.Keys));
    }

    public static IEnumerable<TheoryDataRow<string, Type, Type>> Activities() => Names(typeof(JobActivities), typeof(ActivityName<,>));

    public static IEnumerable<TheoryDataRow<string, Type, Type>> Workflows() => Names(typeof(JobWorkflows), typeof(WorkflowName<,>));

    private static IEnumerable<TheoryDataRow<string, Type, Type>> Names(Type owner, Type kind) =>
        from property in owner.GetProperties(BindingFlags.Public | BindingFlags.Static)
        where property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == kind
        let types = property.PropertyType.GetGenericArguments()
        select new TheoryDataRow<string, Type, Type>(
            (string)property.PropertyType.GetProperty("Name")!.GetValue(property.GetValue(null))!, types[0], types[1]);

    private static IEnumerable<HttpTriggerAttribute> HttpFunctions() =>
        Functions.All.Select(function => Functions.Trigger<HttpTriggerAttribute>(function)?.Trigger).OfType<HttpTriggerAttribute>();

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Setting();
}
