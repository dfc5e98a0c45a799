namespace CharacterRefs.Application.Configuration;

/// <summary>A configuration variable, declared where it is read.</summary>
/// <param name="Name">The environment variable, which is also the key in <c>.env</c> and <c>appsettings.json</c>.</param>
/// <param name="Value">The current value as text; <c>null</c> when unset; a mask when secret.</param>
/// <param name="Default">The default as text; <c>null</c> when there is none.</param>
/// <param name="Allowed">Description of the allowed values.</param>
public sealed record DeclaredVariable(string Name, string? Value, string? Default, string Allowed);
