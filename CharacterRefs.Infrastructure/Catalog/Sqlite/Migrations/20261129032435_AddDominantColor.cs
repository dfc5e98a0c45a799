using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CharacterRefs.Infrastructure.Catalog.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AddDominantColor : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "DominantColor",
                table: "references",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_references_DominantColor",
                table: "references",
                column: "DominantColor",
                filter: "\"DominantColor\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_references_DominantColor",
                table: "references");

            migrationBuilder.DropColumn(
                name: "DominantColor",
                table: "references");
        }
    }
}
