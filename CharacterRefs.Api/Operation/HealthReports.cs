using CharacterRefs.Api.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CharacterRefs.Api.Operation;

/// <summary>Health as JSON: the verdict and one line per check, without anything internal.</summary>
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
