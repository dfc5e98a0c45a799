namespace CharacterRefs.Application.Ports.Catalog;

/// <summary>Small states that the nodes on a catalog share.</summary>
public interface ISharedStates
{
    /// <summary>Changes a state, one service at a time.</summary>
    /// <param name="name">Which state.</param>
    /// <param name="change">
    /// Returns the new state from the recorded one, <c>null</c> when there is none. It runs again when the write lost to another one.
    /// </param>
    /// <param name="cancellationToken">Stops and changes nothing.</param>
    /// <exception cref="ImageFiles.LocalStorageException">The catalog failed.</exception>
    Task ChangeAsync(string name, Func<string?, string> change, CancellationToken cancellationToken);
}
