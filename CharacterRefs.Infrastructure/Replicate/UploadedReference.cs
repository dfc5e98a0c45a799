using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>The URL of a reference image as a file at Replicate, uploaded once for all slots that need it meanwhile.</summary>
internal sealed class UploadedReference(
    ReferenceImage image, string model, ReplicateClient client, ReplicateErrors errors, ReplicateOptions options, TimeProvider clock)
{
    // Replicate was seen to keep an uploaded file for one hour at least.
    private static readonly TimeSpan s_life = TimeSpan.FromMinutes(20);

    private const string ApiHost = "api.replicate.com";

    private readonly Remembered<string> _url = new(s_life, clock);

    /// <summary>The URL.</summary>
    public Task<Result<string>> GetAsync(CancellationToken cancellationToken) => _url.GetAsync(UploadAsync, cancellationToken);

    private async Task<Result<string>> UploadAsync(CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(options.Deadline, clock, cancellationToken);
        var reply = await client.UploadAsync(image, deadline);
        if (!reply.Succeeded)
        {
            return errors.Of(reply, model);
        }

        if (reply.Read(WireJson.Default.ReplicateFile)?.Urls?.Get is not { } text || !Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            return ReplicateErrors.Unreadable();
        }

        return IsReplicates(url) ? url.AbsoluteUri : ReplicateErrors.ForeignFile();
    }

    /// <summary>
    /// The model receives this URL, so its host must be Replicate's own. Behind a proxy, which need not rewrite bodies, that is not the configured base.
    /// </summary>
    private bool IsReplicates(Uri url) =>
        url.UserInfo.Length == 0
        && ((url.Scheme == options.BaseUrl.Scheme && url.Authority == options.BaseUrl.Authority)
            || (url.Scheme == Uri.UriSchemeHttps && url.Authority == ApiHost));
}
