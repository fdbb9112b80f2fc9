// Package flip tells how different two pictures look to somebody who alternates
// between them: LDR-FLIP. 0 is the same, 1 as different as can be. It weighs
// differences as an eye does at a distance: fine patterns of colour blur, edges
// and points stand out.
//
// Source: Andersson, Nilsson, Akenine-Möller, Oskarsson, Åström & Fairchild 2020,
// "FLIP: A Difference Evaluator for Alternating Images", Proc. ACM Comput. Graph.
// Interact. Tech. 3(2), 15; numbers of sections and equations refer to it.
package flip
