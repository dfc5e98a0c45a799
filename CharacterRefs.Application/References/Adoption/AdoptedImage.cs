using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.References.Adoption;

/// <summary>An object of the store that passed the gate, with the row that it is to get. Disposal drops the staged bytes unless they were published.</summary>
public sealed class AdoptedImage(AcceptedImage image, CharacterReference reference) : IDisposable
{
    /// <summary>The bytes.</summary>
    public AcceptedImage Image => image;

    /// <summary>The row: adopted, with the object as its verified copy.</summary>
    public CharacterReference Reference => reference;

    /// <inheritdoc/>
    public void Dispose() => image.Dispose();
}
