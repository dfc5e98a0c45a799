using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Results;
using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>The reference image of a plan as something a model can read: a <c>data:</c> URI, or the address of a file handed over once for all slots.</summary>
internal sealed class ReferenceSource(ReferenceImage image, string model, ReplicateClient client, ReplicateErrors errors, ReplicateOptions options, TimeProvider clock)
{
    /// <summary>Replicate's contract asks for a file from 256 kB on (openapi.json); other pages say more, so the smallest counts.</summary>
    public const int LongestDataUri = 256_000;

    private const string ApiHost = "api.replicate.com";

    private readonly Remembered<string> _uri = new(Timeout.InfiniteTimeSpan, clock);

    /// <summary>The address.</summary>
    public Task<Result<string>> GetAsync(CancellationToken cancellationToken) => _uri.GetAsync(PrepareAsync, cancellationToken);

    private async Task<Result<string>> PrepareAsync(CancellationToken cancellationToken)
    {
        var prefix = $"data:{image.Format.MediaType};base64,";
        if (prefix.Length + ((image.SizeBytes + 2) / 3 * 4) <= LongestDataUri)
        {
            return prefix + Convert.ToBase64String(await ReadAsync(cancellationToken));
        }

        using var deadline = new Deadline(options.Deadline, clock, cancellationToken);
        var reply = await client.UploadAsync(image, deadline);
        if (!reply.Succeeded)
        {
            return errors.Of(reply, model);
        }

        if (reply.Read(WireJson.Default.UploadedFile)?.Urls?.Get is not { } address || !Uri.TryCreate(address, UriKind.Absolute, out var url))
        {
            return ReplicateErrors.Unreadable();
        }

        return IsReplicates(url) ? url.AbsoluteUri : ReplicateErrors.ForeignFile();
    }

    /// <summary>
    /// The model will be told this address, so it must be one of Replicate's own. Behind a proxy, which need not rewrite bodies, that is not the
    /// configured base.
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
