namespace CharacterRefs.Tests.Support.Doubles;

/// <summary>Stands for the end of a process: nothing catches it.</summary>
internal sealed class ProcessDiedException : Exception;
