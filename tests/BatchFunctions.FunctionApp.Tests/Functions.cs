using System.Reflection;
using BatchFunctions.FunctionApp.Functions;
using Microsoft.Azure.Functions.Worker;

namespace BatchFunctions.FunctionApp.Tests;

/// <summary>The app's functions, as the host finds them.</summary>
internal static class Functions
{
    public static IReadOnlyList<MethodInfo> All { get; } =
    [
        .. typeof(JobActivityFunctions).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
            .Where(method => method.IsDefined(typeof(FunctionAttribute))),
    ];

    public static string NameOf(MethodInfo function) => function.GetCustomAttribute<FunctionAttribute>()!.Name;

    public static MethodInfo Called(string name) => Assert.Single(All, function => NameOf(function) == name);

    /// <summary>The parameter that a trigger fills, with the trigger.</summary>
    public static (ParameterInfo Parameter, T Trigger)? Trigger<T>(MethodInfo function)
        where T : Attribute =>
        function.GetParameters().FirstOrDefault(parameter => parameter.IsDefined(typeof(T))) is { } found
            ? (found, found.GetCustomAttribute<T>()!)
            : null;
}
