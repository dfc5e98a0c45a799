namespace CharacterRefs.Tests.Support.Doubles;

/// <summary>Simulates a killed process: no code catches it.</summary>
internal sealed class ProcessDiedException : Exception;
