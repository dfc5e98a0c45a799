using CharacterRefs.Application.Ports.ImageFiles;

namespace CharacterRefs.Application.Ports.Generators;

/// <summary>An image of ours to be shown to a model.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Format">Its format.</param>
/// <param name="SizeBytes">Its length in bytes.</param>
/// <param name="OpenReadAsync">
/// Opens the bytes from the start, fetched again when their local copy was evicted meanwhile; the caller disposes the stream. Throws
/// <see cref="LocalStorageException"/> when they cannot be read.
/// </param>
public sealed record ReferenceImage(CharacterReferenceId Id, ImageFormat Format, long SizeBytes, Func<CancellationToken, ValueTask<Stream>> OpenReadAsync);
