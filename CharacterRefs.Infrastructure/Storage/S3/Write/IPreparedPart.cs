namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>A part that is ready to be sent.</summary>
internal interface IPreparedPart
{
    /// <summary>Sends it with one request. Called again for each retry.</summary>
    /// <returns>The part's ETag.</returns>
    Task<string> SendAsync(CancellationToken cancellationToken);
}
