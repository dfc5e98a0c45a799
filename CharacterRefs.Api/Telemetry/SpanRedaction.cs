using System.Diagnostics;
using OpenTelemetry;

namespace CharacterRefs.Api.Telemetry;

/// <summary>
/// Takes from every span what can hold a secret, whichever library wrote it. Paths and queries of outgoing requests are presigned URLs, URLs of outputs, which
/// admit everyone who knows them, and URLs of receivers. Queries of incoming requests are signatures and the texts of searches.
/// </summary>
internal sealed class SpanRedaction : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        data.SetTag("url.query", null);
        if (data.GetTagItem("url.full") is string url)
        {
            data.SetTag("url.full", Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? $"{parsed.Scheme}://{parsed.Authority}/" : null);
        }
    }
}
