using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// A reference image of a plan in a form that a model can read: a <c>data:</c> URI of at most <c>maxDataUriLength</c> characters, or the URL of a file uploaded
/// once for all slots.
/// </summary>
internal sealed class ReferenceSource(
    ReferenceImage image, int maxDataUriLength, string model, ReplicateClient client, ReplicateErrors errors, ReplicateOptions options, TimeProvider clock)
{
    // Replicate was seen to keep an uploaded file for one hour at least.
    private static readonly TimeSpan s_life = TimeSpan.FromMinutes(20);

    private const string ApiHost = "api.replicate.com";

    private readonly Remembered<string> _uri = new(s_life, clock);

    /// <summary>The URL.</summary>
    public Task<Result<string>> GetAsync(CancellationToken cancellationToken) => _uri.GetAsync(PrepareAsync, cancellationToken);

    private async Task<Result<string>> PrepareAsync(CancellationToken cancellationToken)
    {
        var prefix = $"data:{image.Format.MediaType};base64,";
        if (prefix.Length + ((image.SizeBytes + 2) / 3 * 4) <= maxDataUriLength)
        {
            return prefix + Convert.ToBase64String(await ReadAsync(cancellationToken));
        }

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

    private async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        var bytes = new byte[image.SizeBytes];
        await using var content = await image.OpenReadAsync(cancellationToken);
        try
        {
            await content.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }
        catch (EndOfStreamException error)
        {
            throw new LocalStorageException("The reference image is shorter than recorded.", error);
        }
    }
}
