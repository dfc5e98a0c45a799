using CharacterRefs.Api.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CharacterRefs.Api.Operation;

/// <summary>Writes health as JSON: the status and one entry per check, without internals.</summary>
internal static class HealthReports
{
    public static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new
        {
            status = JsonFields.NameOf(report.Status.ToString()),
            checks = report.Entries.ToDictionary(
                entry => entry.Key, entry => new { status = JsonFields.NameOf(entry.Value.Status.ToString()), detail = entry.Value.Description }),
        },
        context.RequestAborted);
}
