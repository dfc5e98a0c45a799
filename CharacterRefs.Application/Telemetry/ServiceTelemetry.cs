using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace CharacterRefs.Application.Telemetry;

/// <summary>The name under which the service publishes its metrics and spans, and the source of the spans. Nothing is sent unless a host exports it.</summary>
public static class ServiceTelemetry
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "CharacterRefs";

    /// <summary>Tag: how it ended.</summary>
    public const string Outcome = "outcome";

    /// <summary>Tag: the name of the model.</summary>
    public const string Model = "model";

    /// <summary>Tag: the code of the error, by the name of the OpenTelemetry conventions.</summary>
    public const string ErrorType = "error.type";

    private static readonly ActivitySource s_source = new(Name);

    /// <summary>Creates the meter of one component; the factory disposes it.</summary>
    public static Meter CreateServiceMeter(this IMeterFactory meters) => meters.Create(Name);

    /// <summary>Starts a span below the current one.</summary>
    /// <param name="name">What is done; the same for every item, because backends group by it.</param>
    /// <returns><c>null</c> when nobody listens.</returns>
    public static Activity? StartSpan(string name) => s_source.StartActivity(name);

    /// <summary>Starts the first span of a trace of its own, for work that outlives the request which caused it.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="cause">The <c>traceparent</c> to link to; <c>null</c> when there is none.</param>
    /// <returns><c>null</c> when nobody listens.</returns>
    public static Activity? StartTrace(string name, string? cause)
    {
        Activity.Current = null; // would become the parent
        IEnumerable<ActivityLink>? links = ActivityContext.TryParse(cause, traceState: null, out var context) ? [new ActivityLink(context)] : null;
        return s_source.StartActivity(ActivityKind.Internal, default(ActivityContext), links: links, name: name);
    }

    /// <summary>Sets the outcome of a span, and its status when there is an error.</summary>
    /// <param name="span">The span; <c>null</c> when nobody listens.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="error">A stable code, never a message: messages may quote what a client or a server sent; <c>null</c> without an error.</param>
    public static void End(this Activity? span, string outcome, string? error = null)
    {
        span?.SetTag(Outcome, outcome);
        if (error is not null)
        {
            span?.SetTag(ErrorType, error).SetStatus(ActivityStatusCode.Error);
        }
    }
}
