namespace CharacterRefs.Application.Ports.ImageFiles;

/// <summary>The derivatives on local disk. Disk errors are thrown as <see cref="LocalStorageException"/>.</summary>
public interface IDerivativeFiles
{
    /// <summary>Finds a derivative whose bytes are those that were written; they are read once per process, and again after the file has changed.</summary>
    /// <returns><c>null</c> when there is none, or it is damaged.</returns>
    Task<LocalFile?> FindAsync(CharacterReferenceId id, Derivative derivative, CancellationToken cancellationToken);

    /// <summary>Reads a derivative again, although it was read before.</summary>
    /// <returns>Whether it is damaged; <c>false</c> when there is none.</returns>
    Task<bool> RecheckAsync(CharacterReferenceId id, Derivative derivative, CancellationToken cancellationToken);

    /// <summary>Lists every derivative, in no order.</summary>
    IEnumerable<(CharacterReferenceId Id, Derivative Derivative)> List();

    /// <summary>Writes a derivative. Readers see the whole file or none; an existing one is replaced.</summary>
    Task<LocalFile> WriteAsync(CharacterReferenceId id, Derivative derivative, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Removes all derivatives of an image; absent ones are not an error.</summary>
    void Delete(CharacterReferenceId id);

    /// <summary>Removes temporary files of dead processes.</summary>
    /// <returns>How many were removed.</returns>
    int RemoveAbandonedStaging();
}
