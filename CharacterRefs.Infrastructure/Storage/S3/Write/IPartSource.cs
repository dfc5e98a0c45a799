namespace CharacterRefs.Infrastructure.Storage.S3.Write;

/// <summary>Where the parts of a multipart upload come from: the caller's content, or another object of the bucket.</summary>
internal interface IPartSource
{
    /// <summary>Prepares a part. Called once for each part, in ascending order, never concurrently.</summary>
    /// <returns>Sends the part with one request, and returns its ETag. Called again for each retry.</returns>
    Task<Func<CancellationToken, Task<string>>> PrepareAsync(S3Part part, CancellationToken cancellationToken);

    /// <summary>Called after all parts were sent.</summary>
    /// <returns>Whether they belong together; with <c>false</c> the upload is aborted.</returns>
    Task<bool> ConfirmAsync(CancellationToken cancellationToken);
}
